import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { beginWords } from '@/i18n/i18n'
import '@/ui/styles.css'
import { readConfig } from '@/api/config'
import { Entry, expectPortal } from './Entry'
import { isOpenToAll } from './open'
import { Session, wasSignedIn } from './session'
import { preferredTheme, wear } from './theme'

wear(preferredTheme())
const session = new Session(readConfig())
if (wasSignedIn() || isOpenToAll(location.pathname)) expectPortal()
const [returnTo] = await Promise.all([session.begin(), beginWords()])
if (returnTo) history.replaceState(null, '', returnTo)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Entry session={session} />
    </StrictMode>,
  )
}
