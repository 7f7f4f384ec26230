import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedOut } from './session'
import { FILE_BYTES_MAX, sendFile } from './uploads'

class Request {
  static last: Request
  upload: { onprogress: (event: object) => void } = { onprogress: () => {} }
  headers: Record<string, string> = {}
  address = ''
  status = 0
  responseText = ''
  onload = () => {}
  onerror = () => {}
  onabort = () => {}
  constructor() {
    Request.last = this
  }
  open(_method: string, address: string) {
    this.address = address
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  send() {}
  abort() {
    this.onabort()
  }
  answer(status: number, body: string) {
    this.status = status
    this.responseText = body
    this.onload()
  }
}

beforeEach(() => void vi.stubGlobal('XMLHttpRequest', Request))
afterEach(() => {
  vi.unstubAllGlobals()
  signedOut.set(false)
})

const begin = (name = 'a b.csv', abort = new AbortController()) => {
  const seen: number[] = []
  const sent = sendFile({
    file: new File(['x'], name),
    onProgress: (part) => seen.push(part),
    abort: abort.signal,
  })
  return { sent, seen, request: Request.last, abort }
}

test('a file that was kept has an id', async () => {
  const { sent, seen, request } = begin()
  request.upload.onprogress({ lengthComputable: true, loaded: 1, total: 4 })
  request.answer(201, '{"uploadId":"u","name":"a b.csv"}')
  expect(await sent).toEqual({ kept: { id: 'u', name: 'a b.csv' } })
  expect([seen, request.address, request.headers]).toEqual([
    [0.25],
    '/uploads?name=a%20b.csv',
    { 'content-type': 'text/csv' },
  ])
})

test('Parquet goes as what it is', () => {
  expect(begin('bars.PARQUET').request.headers).toEqual({ 'content-type': 'application/vnd.apache.parquet' })
})

test('a refusal is told in the server’s words', async () => {
  const { sent, request } = begin()
  request.answer(413, '{"errors":[{"message":"A file has at most 64 MiB"}]}')
  expect(await sent).toEqual({ refused: 'A file has at most 64 MiB' })
})

test('an answer of something in between is told by its status', async () => {
  const { sent, request } = begin()
  request.answer(502, '<html>')
  expect(await sent).toEqual({ refused: 'The server did not take the file (HTTP 502).' })
})

test('an answer of 401 ends the session', async () => {
  const { sent, request } = begin()
  request.answer(401, '{"errors":[{"message":"Sign in"}]}')
  expect(await sent).toEqual({ refused: 'Sign in' })
  expect(signedOut.get()).toBe(true)
})

test('a server that is away is said to be away; a stopped upload is no refusal', async () => {
  const away = begin()
  away.request.onerror()
  expect(await away.sent).toEqual({ refused: 'The server cannot be reached. Is TITAN still running?' })
  const stopped = begin()
  stopped.abort.abort()
  expect(await stopped.sent).toBe('aborted')
})

test('a file that is too large is not sent at all', async () => {
  const file = new File([], 'huge.csv')
  Object.defineProperty(file, 'size', { value: FILE_BYTES_MAX + 1 })
  expect(await sendFile({ file, onProgress: () => {}, abort: new AbortController().signal })).toEqual({
    refused: 'A file has at most 64 MiB.',
  })
})
