// Somebody signs in, comes back without being asked again, and signs out. No token is ever kept where a script finds it.
import assert from 'node:assert/strict'
import { journey, signIn } from './stage.ts'

await journey(async (page, browser) => {
  const account = page.getByRole('button', { name: 'Your account' })
  await signIn(page, 'owner@victoria.example')
  assert.equal(new URL(page.url()).pathname, '/')

  // Tokens live in the page; the issuer is asked for new ones in a frame, which the policy of both must allow.
  const asked = page.waitForResponse((answer) => answer.url().includes('prompt=none'))
  await page.reload()
  assert.equal((await asked).status(), 303)
  await account.waitFor()

  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  assert.doesNotMatch(kept, /eyJ/)

  // Another tab is signed in as well.
  const tab = await page.context().newPage()
  await tab.goto('/payouts')
  await tab.getByRole('button', { name: 'Your account' }).waitFor()
  assert.equal(new URL(tab.url()).pathname, '/payouts')
  await tab.close()

  await account.click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const enter = page.getByRole('button', { name: 'Sign in' })
  await enter.waitFor()
  await page.reload()
  await enter.waitFor()

  // The issuer has forgotten this browser too, and another browser was never known.
  const answer = await page.request.get('/identity/authorize', {
    maxRedirects: 0,
    params: silently(page.url()),
  })
  assert.match(answer.headers().location ?? '', /error=login_required/)
  assert.equal(browser.contexts().length, 1)
})

function silently(url: string) {
  const { origin } = new URL(url)
  return {
    response_type: 'code',
    client_id: 'portal',
    redirect_uri: `${origin}/silent.html`,
    state: 'x',
    code_challenge: 'A'.repeat(43),
    code_challenge_method: 'S256',
    scope: 'openid',
    prompt: 'none',
  }
}
