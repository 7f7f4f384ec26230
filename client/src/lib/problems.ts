/** Where a problem of a mutation is shown: beside the field its path names. */

export interface Problem {
  message: string
  code: string
  path: readonly string[]
}

/** Messages by the name of the form's field, and those that no field owns. */
export interface PlacedProblems {
  fields: Readonly<Record<string, string>>
  form: readonly string[]
}

export const NO_PROBLEMS: PlacedProblems = { fields: {}, form: [] }

/**
 * Place problems on a form's fields. A path such as ["input", "trading", "start"] belongs to the field
 * "trading.start", else to "trading", else to the first field inside "trading.", else to the form.
 */
export function placeProblems(problems: readonly Problem[], fields: readonly string[]): PlacedProblems {
  const placed: Record<string, string> = {}
  const form: string[] = []
  for (const { message, path } of problems) {
    const field = fieldOf(path, fields)
    if (field === undefined) form.push(message)
    else placed[field] = placed[field] === undefined ? message : `${placed[field]} ${message}`
  }
  return { fields: placed, form }
}

function fieldOf(path: readonly string[], fields: readonly string[]): string | undefined {
  const steps = path[0] === 'input' ? path.slice(1) : path
  for (let length = steps.length; length > 0; length -= 1) {
    const name = steps.slice(0, length).join('.')
    const found =
      fields.find((field) => field === name) ?? fields.find((field) => field.startsWith(`${name}.`))
    if (found !== undefined) return found
  }
  return undefined
}
