"""Documents parsed, bounded and validated once: a cache that every way of executing shares."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError, parse, specified_rules, validate
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from titan_graphql.errors import LimitExceededError
from titan_graphql.schema.document_costs import DocumentCosts
from titan_graphql.schema.document_limits import CHARACTERS_MAX, TOKENS_MAX, limit_errors

# A parsed document takes up to 200 bytes per character, so this bounds the cache to some 50 MiB.
CHARACTERS_CACHED = 256 * 1024
VALIDATION_ERRORS_MAX = 5
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document, or why there is none; it may be executed when it has no errors, and then has costs."""

    ast: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    costs: DocumentCosts | None = None


class Documents:
    """The valid documents that were asked for last."""

    def __init__(self, schema: GraphQLSchema, characters: int = CHARACTERS_CACHED) -> None:
        self._schema = schema
        self._room = characters
        self._known: OrderedDict[str, Document] = OrderedDict()

    def load(self, text: str) -> Document:
        """Parse and check a document, unless that was done before.

        Invalid ones are not kept: their errors are rewritten for each caller.
        """
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        document = self._checked(text)
        if not document.errors:
            self._keep(text, document)
        return document

    def _checked(self, text: str) -> Document:
        if len(text) > CHARACTERS_MAX:
            return _refused(f"A document has at most {CHARACTERS_MAX} characters, not {len(text)}")
        try:
            ast = parse(text, max_tokens=TOKENS_MAX)
        except GraphQLSyntaxError as error:
            if "contains more than" in error.message:
                return _refused(f"A document has at most {TOKENS_MAX} tokens")
            return Document(None, (error,))
        errors = limit_errors(ast) or validate(self._schema, ast, RULES, max_errors=VALIDATION_ERRORS_MAX)
        return Document(ast, tuple(errors)) if errors else Document(ast, costs=DocumentCosts(self._schema, ast))

    def _keep(self, text: str, document: Document) -> None:
        self._known[text] = document
        self._room -= len(text)
        while self._room < 0:
            oldest, _ = self._known.popitem(last=False)
            self._room += len(oldest)


class CachedDocuments(SchemaExtension):
    """Gives Strawberry's own execution the same documents."""

    def on_parse(self) -> Iterator[None]:
        """Take the parsed document; one that cannot be parsed is left to the parser, which says why."""
        context = self.execution_context
        self._document = context.schema.documents.load(context.query or "")  # type: ignore[attr-defined]  # TitanSchema's
        if self._document.ast is not None:
            context.graphql_document = self._document.ast
        yield

    def on_validate(self) -> Iterator[None]:
        """Take the errors that were found when the document was first seen."""
        self.execution_context.pre_execution_errors = list(self._document.errors)
        yield


def _refused(message: str) -> Document:
    return Document(None, (GraphQLError(message, original_error=LimitExceededError("DOCUMENT_TOO_LARGE", message)),))
