"""Who may use a field at all; which rows they see is for services to say."""

from typing import Any

from strawberry.permission import BasePermission

from titan_graphql.resolvers.context import Info


class SignedIn(BasePermission):
    """Anybody with a live session or access token."""

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether somebody is signed in; tells them when not."""
        return info.context.viewer is not None


class Writer(BasePermission):
    """Anybody, but not with an access token that only reads."""

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether the viewer may change what is theirs; tells them when not."""
        info.context.viewer.must_write()
        return True


class Researcher(Writer):
    """Researchers and administrators: they create rows and start work."""

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether the viewer may work; tells them when not."""
        info.context.viewer.must_work()
        return True
