import { expect, test } from 'vitest'
import { addSymbols } from './symbols'

test('symbols are added in any spelling, none twice', () => {
  expect(addSymbols(['KO'], ' pep,xom  KO;bac ')).toEqual(['KO', 'PEP', 'XOM', 'BAC'])
  expect(addSymbols(['KO'], '  ')).toEqual(['KO'])
})
