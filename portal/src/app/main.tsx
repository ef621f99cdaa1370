import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { beginWords } from '@/i18n/i18n'
import '@/ui/styles.css'
import { readConfig } from '@/api/config'
import { App } from './App'
import { Session } from './session'
import { preferredTheme, wear } from './theme'

wear(preferredTheme())
const config = readConfig()
const session = new Session(config)
const [returnTo] = await Promise.all([session.begin(), beginWords()])
if (returnTo) history.replaceState(null, '', returnTo)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App session={session} />
    </StrictMode>,
  )
}
