import type { tenants as en } from '../en/tenants.ts'

export const tenants: Readonly<Record<keyof typeof en, string>> = {
  'tenant.active': '有効',
  'tenant.create': 'テナントの作成',
  'tenant.created': 'テナントを作成しました',
  'tenant.external-id': '外部 ID',
  'tenant.external-id.description': '自社システムでのテナントの ID (任意)。',
  'tenant.name': '名前',
  'tenant.resume': '再開',
  'tenant.resume.description': 'このテナントの呼び出しに再び応答します。',
  'tenant.resume.done': 'テナント {account} を再開しました。',
  'tenant.suspend': '停止',
  'tenant.suspend.description':
    '再開するまで、このテナントのどの呼び出しにも応答しません。キーとデータは残ります。',
  'tenant.suspend.done': 'テナント {account} を停止しました。',
  'tenant.suspended': '停止中',
  'tenants.find': '名前 (完全一致) で検索',
  'tenants.none': 'テナントはありません',
  'tenants.title': 'テナント',
}
