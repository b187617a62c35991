// Fetches a token and hands it to an action that sends with it.
async function rpc_script({ org_params }) {
  const r = await axios({ method: 'GET', url: 'https://api.example.com/token', params: { id: org_params.id } });
  return [{ type: 'axios', dnMsg: { method: 'POST', url: 'https://api.example.com/send', headers: { Authorization: 'Bearer ' + r.data.access_token }, data: { n: 1 } } }];
}
