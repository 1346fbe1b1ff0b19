import type { groups as en } from '../en/groups.ts'

export const groups: Readonly<Record<keyof typeof en, string>> = {
  'group.create': 'グループの作成',
  'group.created': 'グループ {group} を作成しました。',
  'group.delete.description': 'ユーザーは残りますが、グループのポリシーによる許可は失われます。',
  'group.deleted': 'グループ {group} を削除しました。',
  'group.name': 'グループ名',
  'group.not-shown': 'グループを表示できませんでした',
  'group.remove': 'グループから削除',
  'group.remove.of': 'グループから削除: {what}',
  'group.title': 'グループ',
  'group.users.add': 'ユーザーの追加',
  'group.users.none': 'グループにユーザーはいません',
  'groups.choose': 'グループを選択',
  'groups.description': 'グループに許可された操作は、グループのすべてのユーザーに許可されます。',
  'groups.none': 'グループはありません',
  'groups.title': 'グループ',
  'user.groups.add': 'グループへの追加',
  'user.groups.none': 'どのグループにも属していません',
  'users.choose': 'ユーザーを選択',
}
