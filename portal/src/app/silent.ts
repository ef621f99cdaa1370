// The page in the hidden frame: hands the issuer's answer to the portal that asked.
import { UserManager } from 'oidc-client-ts'

await new UserManager({ authority: '', client_id: '', redirect_uri: '' }).signinSilentCallback()
