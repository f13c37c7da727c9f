import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`ALTER TABLE \`calls\` ADD \`answered_by\` text;`)
  await db.run(sql`ALTER TABLE \`calls\` ADD \`transferred_to\` text;`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`ALTER TABLE \`calls\` DROP COLUMN \`answered_by\`;`)
  await db.run(sql`ALTER TABLE \`calls\` DROP COLUMN \`transferred_to\`;`)
}
