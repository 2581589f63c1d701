// A certified OpenID provider for the tests. Whoever login_hint names signs in and consents at once; "cancel" cancels.
// Usage: node server.mjs PORT REDIRECT_BASE
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, redirectBase] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const key = (type, options, extra) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...extra });
const client = (name, algorithm) => ({
  client_id: `client-of-${name}`,
  client_secret: `secret of ${name}: with colon & percent %`,
  redirect_uris: [`${redirectBase}/api/v1/auth/oidc/${name}/callback`],
  id_token_signed_response_alg: algorithm,
});

// "unverified.ada@example.test" has an address that nobody has verified; "staff.ada@example.test" is in the groups staff and admins.
const account = (id) => ({
  accountId: id,
  claims: () => ({
    sub: id,
    email: id.replace(/^(unverified|staff|other)\./, ''),
    email_verified: !id.startsWith('unverified.'),
    name: `Name of ${id}`,
    groups: id.startsWith('staff.') ? ['staff', 'admins'] : ['guests'],
  }),
});

const provider = new Provider(issuer, {
  clients: [client('rsa', 'RS256'), client('ec', 'ES256'), client('closed', 'RS256')],
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, { kid: 'rsa-1', alg: 'RS256' }), key('ec', { namedCurve: 'P-256' }, { kid: 'ec-1', alg: 'ES256' })] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  cookies: { keys: ['a key of the tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => account(id),
  pkce: { methods: ['S256'], required: () => true },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope(ctx.oidc.params.scope);
    await grant.save();
    return grant;
  },
});

const callback = provider.callback();
createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    return callback(request, response);
  }
  try {
    const { params } = await provider.interactionDetails(request, response);
    const result = params.login_hint === 'cancel'
      ? { error: 'access_denied', error_description: '<b>raw text of the provider</b>' }
      : { login: { accountId: params.login_hint } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(port), '127.0.0.1', () => console.log(`listening on ${issuer}`));

// Ends with whoever started it, however that ends.
process.stdin.on('end', () => process.exit(0)).resume();
