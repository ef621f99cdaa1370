// An organization joins: it registers, says who it is, brings its houses, shows its papers, gets a key and is certified
// as far as its first calls. The one step of the platform, verifying, is done over the graph.
import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { journey, keep, signIn, signInAsNew, URL_OF_PRODUCT, visit } from './stage.ts'

const TAG = crypto.randomUUID().slice(0, 8)
const NAME = `Lakeside Tours ${TAG}`
// The smallest thing that is a PDF by its content.
const PAPER = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n')
const HOUSES = [
  'external_code,name,type,xq7,city,postal_code,region,country,latitude,longitude,time_zone,currency,nightly_price,star_rating,room_types,amenities,contact name,contact email,check_in_from,check_out_until,cancellation,is_child_friendly,is_pet_friendly,description_en,images',
  'LAG-1,Albergo del Lago,HOTEL,Via Roma 1,Como,22100,Lombardia,Italia,45.8081,9.0852,Europe/Rome,EUR,180.50,4,DBL|Double room|2|10,WIFI; BREAKFAST,Anna Rossi,anna@lago.example,15:00,10:30,FLEXIBLE,yes,no,Beside the lake.,https://lago.example/1.jpg',
].join('\n')
const A_MINUTE = { timeout: 60_000 }

await journey(async (page, browser) => {
  await signInAsNew(page, 'Lea Lago', `lea-${TAG}@lakeside.example`)
  await registers(page)
  await saysWhoItIs(page)
  await bringsItsHouses(page)
  await hasItsSandbox(page)
  await showsItsPapers(page)
  await isVerified(page, browser)
  const key = await getsAKey(page)
  await isCertifiedAsItCalls(page, key)
})

async function registers(page: Page) {
  await visit(page, '/register')
  await page.getByRole('heading', { name: 'Register your organization' }).waitFor()
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('What it is').selectOption('TOUR_OPERATOR')
  await page.getByLabel('Registered in').selectOption('IT')
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'Way to LIVE', level: 1 }).waitFor()
  await page.getByText('What is in the way').waitFor()
}

async function saysWhoItIs(page: Page) {
  await page.getByRole('link', { name: 'Solve it' }).first().click()
  await page.getByLabel('In English').fill('We show the lakes to whoever likes them.')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByLabel('Areas you serve').fill('IT-25')
  await page.getByText('Not saved yet').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await keep(page, 'joins-profile')
}

async function bringsItsHouses(page: Page) {
  await visit(page, '/properties/import')
  await page.getByRole('heading', { name: 'Import properties', level: 1 }).waitFor()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'houses.csv', mimeType: 'text/csv', buffer: Buffer.from(HOUSES) })
  // The street has a strange header, and is known by what stands in it; whoever wants looks at the columns.
  await page.getByRole('button', { name: 'Change the columns' }).click(A_MINUTE)
  const street = page.getByLabel('Meaning of column xq7')
  await street.waitFor()
  await street.selectOption({ label: 'Street' })
  await keep(page, 'joins-columns')
  await page.getByRole('button', { name: 'Check the rows' }).click()
  // The country is written out: found, and mended by what is proposed.
  await page.getByText('Fine once corrected').waitFor(A_MINUTE)
  await page.getByRole('cell', { name: 'Italia' }).waitFor()
  await keep(page, 'joins-import')
  await page.getByRole('button', { name: 'Take 1 row over' }).click()
  await page.getByRole('button', { name: 'Undo the import' }).waitFor(A_MINUTE)
  await page.getByRole('link', { name: 'See the properties' }).last().click()
  await page.getByRole('link', { name: 'Albergo del Lago' }).click()
  await page.getByText('Enough to go live').waitFor()
}

async function hasItsSandbox(page: Page) {
  await visit(page, '/onboarding')
  await page.getByRole('heading', { name: 'Way to LIVE', level: 1 }).waitFor()
  // Nobody reloads: the stage moves on as the environment is made.
  await page.locator('[aria-current=step]', { hasText: 'Certification' }).waitFor(A_MINUTE)
}

async function showsItsPapers(page: Page) {
  await page.getByRole('link', { name: 'Verification', exact: true }).click()
  const adding = page.getByRole('button', { name: /^Add the document/ })
  await adding.first().waitFor()
  const papers = await adding.count()
  for (let paper = 0; paper < papers; paper += 1) {
    await adding.first().click()
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: `paper-${paper}.pdf`, mimeType: 'application/pdf', buffer: PAPER })
    await page.getByText('There', { exact: true }).nth(paper).waitFor()
  }
  await page.getByRole('button', { name: 'Hand in for verification' }).click()
  await page.getByText('Being looked at').first().waitFor()
  await keep(page, 'joins-verification')
}

async function isVerified(page: Page, browser: Browser) {
  const id = await partnerOf(page)
  const admin = await browser.newPage({ baseURL: URL_OF_PRODUCT })
  const credential = tokenOf(admin)
  await signIn(admin, 'admin@interline.example')
  const query =
    'mutation Verify($id: ID!) { verifyPartner(input: { partnerId: $id }) { __typename ... on Refusal { message } } }'
  const answer = await fetch(`${URL_OF_PRODUCT}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: await credential },
    body: JSON.stringify({ query, variables: { id } }),
  })
  assert.deepEqual((await answer.json()).data, { verifyPartner: { __typename: 'Partner' } })
  await admin.close()
}

/** What a page's calls carry. */
function tokenOf(page: Page): Promise<string> {
  return new Promise((tell) => {
    page.on('request', (request) => {
      const { authorization } = request.headers()
      if (authorization) tell(authorization)
    })
  })
}

/** The organization whose papers are shown, by what the page asks for. */
async function partnerOf(page: Page): Promise<string> {
  const asked = page.waitForRequest((request) => (request.postData() ?? '').includes('"partnerId":"'))
  await visit(page, '/onboarding')
  const id = /"partnerId":"([^"]+)"/.exec((await asked).postData() ?? '')?.[1]
  assert.ok(id)
  return id
}

async function getsAKey(page: Page): Promise<string> {
  await visit(page, '/integration?tab=keys')
  await page.getByRole('button', { name: 'New key' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New key' })
  await dialog.getByLabel('Name').fill('Booking engine')
  await dialog.getByLabel('Environment').selectOption('TEST')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const shown = page.getByRole('dialog', { name: 'Your new key' })
  const key = await shown.locator('code').innerText()
  assert.match(key, /^il_test_/)
  await shown.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('cell', { name: /^Booking engine/ }).waitFor()
  assert.ok(!(await page.content()).includes(key), 'a key is shown once')
  return key
}

async function isCertifiedAsItCalls(page: Page, key: string) {
  await page.getByRole('tab', { name: 'Certification' }).click()
  await page.getByRole('button', { name: 'Start a run' }).click()
  await page.getByText('0 of 12 passed').waitFor()
  const answer = await fetch(`${URL_OF_PRODUCT}/api/ota/inventory`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  assert.equal(answer.status, 200)
  await page.getByText('2 of 12 passed').waitFor(A_MINUTE)
  await keep(page, 'joins-certification')
}
