/** What a visitor without a session sees: a form for name and password, and how to get a one-time link. */
import { useEffect } from 'react'
import { Notice } from '@/components/Notice'
import { SignInForm } from './SignInForm'

const PROBLEMS: Record<string, string> = {
  SIGN_IN_LINK_INVALID:
    'This sign-in link was used before or has expired. Each link works once; print a new one as below.',
}

const known = (code: string): string | undefined =>
  Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined

const command = 'rounded bg-raised px-1.5 py-0.5 font-mono text-sm'

export function SignInPage({ problem }: { problem: string | undefined }) {
  useEffect(() => {
    document.title = 'Sign in · TITAN'
  }, [])
  return (
    <main className="mx-auto grid min-h-dvh max-w-lg content-center gap-5 px-5 py-10">
      <div className="flex items-center gap-3">
        <img src="/assets/titan.svg" alt="" width="40" height="40" />
        <h1 className="text-2xl font-semibold">Sign in to TITAN</h1>
      </div>
      {problem && (
        <Notice tone="problem" title="That did not work">
          {known(problem) ?? 'The sign-in link could not be used; print a new one as below.'}
        </Notice>
      )}
      <SignInForm />
      <h2 className="text-lg font-semibold">Without a password</h2>
      <p>A link signs you in once. To get one, on the machine TITAN runs on:</p>
      <ul className="grid list-disc gap-3 pl-5">
        <li>
          run <code className={command}>./titan up</code> again: its last line is a link, or
        </li>
        <li>
          while it runs, print one with <code className={command}>./titan user link admin</code>
        </li>
      </ul>
      <p className="text-sm text-muted">
        Open the link in this browser; under your name, you can choose a password then. Scripts don’t sign in:
        they use an access token, made under your name, or by{' '}
        <code className={command}>./titan token create NAME</code>.
      </p>
    </main>
  )
}
