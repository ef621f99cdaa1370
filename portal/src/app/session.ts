import type { User, UserManager } from 'oidc-client-ts'
import type { Config } from '@/api/config'

/** Whether somebody is signed in; `unknown` until that was asked. */
export type Signed = 'unknown' | 'in' | 'out'

const WAS_SIGNED_IN = 'interline-signed-in'

/** Tell whether somebody was signed in here last time: then it is worth asking the issuer. */
export function wasSignedIn(): boolean {
  return localStorage.getItem(WAS_SIGNED_IN) !== null || location.pathname === '/signed-in'
}

/** The person's session: tokens live in memory only, and are renewed by the issuer's own session. */
export class Session {
  state: Signed = 'unknown'
  private manager: UserManager | undefined
  private user: User | null = null
  private readonly listeners = new Set<() => void>()
  private readonly config: Config

  constructor(config: Config) {
    this.config = config
  }

  token = () => this.user?.access_token

  get name(): string {
    return this.user?.profile.name ?? this.user?.profile.email ?? ''
  }

  get email(): string {
    return this.user?.profile.email ?? ''
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  getState = () => this.state

  /** Find out who this is; returns where to go on, after a sign-in that led away. */
  async begin(): Promise<string | undefined> {
    if (location.pathname === '/signed-in') return this.finish()
    if (!wasSignedIn()) {
      this.become(null)
      return undefined
    }
    await this.renew()
    return undefined
  }

  async signIn(returnTo = location.pathname + location.search): Promise<void> {
    const manager = await this.opened()
    await manager.signinRedirect({ state: returnTo })
  }

  async signOut(): Promise<void> {
    const manager = await this.opened()
    localStorage.removeItem(WAS_SIGNED_IN)
    await manager.signoutRedirect({ id_token_hint: this.user?.id_token })
  }

  /** Ask the issuer for a new token without leaving the page. */
  async renew(): Promise<void> {
    try {
      const manager = await this.opened()
      this.become(await manager.signinSilent())
    } catch {
      this.become(null)
    }
  }

  private async finish(): Promise<string> {
    try {
      const manager = await this.opened()
      const user = await manager.signinCallback()
      this.become(user ?? null)
      return typeof user?.state === 'string' ? user.state : '/'
    } catch {
      // A code that was used already, or a visit long ago: begin anew.
      this.become(null)
      return '/'
    }
  }

  private become(user: User | null) {
    this.user = user
    this.state = user ? 'in' : 'out'
    if (user) localStorage.setItem(WAS_SIGNED_IN, 'yes')
    for (const listener of this.listeners) listener()
  }

  private async opened(): Promise<UserManager> {
    if (this.manager) return this.manager
    const { InMemoryWebStorage, UserManager, WebStorageStateStore } = await import('oidc-client-ts')
    const { issuer, clientId, audience } = this.config
    const manager = new UserManager({
      authority: issuer,
      client_id: clientId,
      redirect_uri: `${location.origin}/signed-in`,
      silent_redirect_uri: `${location.origin}/silent.html`,
      post_logout_redirect_uri: `${location.origin}/`,
      scope: 'openid',
      extraQueryParams: { audience },
      loadUserInfo: false,
      automaticSilentRenew: true,
      silentRequestTimeoutInSeconds: 10,
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      // Not a token: what proves that an answer belongs to our question must outlive the way to the issuer.
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
    })
    manager.events.addUserLoaded((user) => this.become(user))
    manager.events.addSilentRenewError(() => this.become(null))
    this.manager = manager
    return manager
  }
}
