/** The address that a sign-in link leads to when it is refused. */
import { SignInPage } from '@/features/users/SignInPage'
import { useView } from './useView'

export function SignIn() {
  const { problem } = useView('/sign-in')
  return <SignInPage problem={problem} />
}
