/** What the cache must know of the schema, as a module made from schema.graphql at build time. */
import { readFileSync } from 'node:fs'
import { buildSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql'
import type { Plugin } from 'vite'

const MODULE = 'virtual:schema-shape'

/** Members of unions and interfaces, and the object types that have no id of their own. */
function shapeOf(sdl: string) {
  const schema = buildSchema(sdl)
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const node = schema.getType('Node')
  const isNode = (name: string) =>
    isInterfaceType(node) && schema.getPossibleTypes(node).some((member) => member.name === name)
  return {
    possibleTypes: Object.fromEntries(
      types
        .filter(isAbstractType)
        .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
    ),
    parts: types
      .filter(isObjectType)
      .filter((type) => !roots.includes(type) && !isNode(type.name))
      .map(({ name }) => name),
  }
}

/** Serves `virtual:schema-shape` with the named exports `possibleTypes` and `parts`. */
export function schemaShape(path: string): Plugin {
  return {
    name: 'titan-schema-shape',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined
      this.addWatchFile(path)
      const exports = Object.entries(shapeOf(readFileSync(path, 'utf-8')))
      return exports.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`).join('\n')
    },
  }
}
