/**
 * A page of another origin that encrypts by REST as whoever is signed in: the authorization code flow with PKCE
 * (RFC 7636) at an OpenID Connect issuer, then its access token as the bearer token of tenkey. Which issuer, which
 * client and which tenkey stand in settings.json beside this page; the account and the key in the link that leads
 * here, `?account=123456789012&key=alias/app`: nothing is looked up that would tell strangers which accounts exist.
 */
const settings = await (await fetch('settings.json')).json()
const element = (id) => document.getElementById(id)
const here = `${location.origin}${location.pathname}`

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(
    /[+/=]/g,
    (one) => ({ '+': '-', '/': '_' })[one] ?? '',
  )
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const sha256 = async (text) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))

/** What the issuer says of itself (OpenID Connect Discovery). */
async function discovered() {
  const url = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const found = await (await fetch(url)).json()
  if (found.issuer !== settings.issuer) throw new Error('the issuer names another')
  return found
}

/** Goes to the issuer; what must come back with the answer is kept for this tab alone. */
async function signIn() {
  const { authorization_endpoint } = await discovered()
  const link = new URLSearchParams(location.search)
  const flow = {
    state: random(),
    verifier: random(),
    account: link.get('account') ?? '',
    key: link.get('key') ?? '',
  }
  sessionStorage.setItem('flow', JSON.stringify(flow))
  const asked = new URL(authorization_endpoint)
  asked.search = new URLSearchParams({
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: here,
    scope: settings.scope,
    state: flow.state,
    code_challenge: await sha256(flow.verifier),
    code_challenge_method: 'S256',
  }).toString()
  location.assign(asked)
}

/** Comes back from the issuer, and changes the code for a token. It stays in memory: no storage has it. */
async function signedIn() {
  const answer = new URLSearchParams(location.search)
  const flow = JSON.parse(sessionStorage.getItem('flow') ?? '{}')
  sessionStorage.removeItem('flow')
  history.replaceState(null, '', here)
  if (answer.get('state') !== flow.state) throw new Error('this answer was not asked for')
  if (!answer.has('code')) throw new Error(`the issuer says ${answer.get('error')}`)
  const { token_endpoint } = await discovered()
  const response = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: here,
      client_id: settings.clientId,
      code_verifier: flow.verifier,
    }),
  })
  if (!response.ok) throw new Error(`the issuer answers ${response.status}`)
  const { access_token: token } = await response.json()
  return { token, account: flow.account, key: flow.key }
}

/**
 * Encrypts by REST, bound to an encryption context. The key is named in the query (`~` in the path), so that an
 * alias may have slashes.
 */
async function encrypt({ token, account, key }, text) {
  const bytes = new TextEncoder().encode(text)
  const path = `/v1/keys/~/encrypt?${new URLSearchParams({ KeyId: key })}`
  const response = await fetch(`${settings.tenkey}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-tenkey-account': account,
    },
    body: JSON.stringify({
      Plaintext: btoa(String.fromCharCode(...bytes)),
      EncryptionContext: { page: 'example' },
    }),
  })
  const answer = await response.json()
  if (response.ok) return answer.CiphertextBlob
  const why = [response.headers.get('www-authenticate'), response.headers.get('x-request-id')]
  throw new Error(`${response.status} ${answer.code} ${why.join(' ')}`)
}

/** Shows what went wrong, where something does. */
const shown = (work) => async (event) => {
  event?.preventDefault()
  element('problem').textContent = ''
  try {
    await work()
  } catch (error) {
    element('problem').textContent = String(error)
  }
}

element('sign-in').addEventListener('click', shown(signIn))
if (new URLSearchParams(location.search).has('state')) {
  await shown(async () => {
    const session = await signedIn()
    element('who').textContent = `Signed in for account ${session.account}.`
    element('encrypt').disabled = false
    element('form').addEventListener(
      'submit',
      shown(async () => {
        element('ciphertext').textContent = ''
        element('ciphertext').textContent = await encrypt(session, element('text').value)
      }),
    )
  })()
}
