import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`agents_variables\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`name\` text,
  	\`default\` text,
  	\`description\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`agents_variables_order_idx\` ON \`agents_variables\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`agents_variables_parent_id_idx\` ON \`agents_variables\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`agents\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`name\` text,
  	\`kind\` text DEFAULT 'voice',
  	\`prompt\` text,
  	\`greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`stt_provider\` text DEFAULT 'deepgram',
  	\`stt_model\` text,
  	\`stt_language\` text,
  	\`llm_provider\` text DEFAULT 'openai',
  	\`llm_model\` text,
  	\`llm_temperature\` numeric,
  	\`llm_max_tokens\` numeric,
  	\`tts_provider\` text DEFAULT 'elevenlabs',
  	\`tts_model\` text,
  	\`tts_voice\` text,
  	\`fallback_stt_provider\` text,
  	\`fallback_stt_model\` text,
  	\`fallback_stt_language\` text,
  	\`fallback_llm_provider\` text,
  	\`fallback_llm_model\` text,
  	\`fallback_llm_temperature\` numeric,
  	\`fallback_llm_max_tokens\` numeric,
  	\`fallback_tts_provider\` text,
  	\`fallback_tts_model\` text,
  	\`fallback_tts_voice\` text,
  	\`turns_barge_in\` integer DEFAULT true,
  	\`turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`turns_resume_after_ms\` numeric DEFAULT 800,
  	\`turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`max_duration_seconds\` numeric DEFAULT 1800,
  	\`recording\` integer DEFAULT false,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`deleted_at\` text,
  	\`_status\` text DEFAULT 'draft',
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`agents_tenant_idx\` ON \`agents\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`agents_updated_at_idx\` ON \`agents\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_created_at_idx\` ON \`agents\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_deleted_at_idx\` ON \`agents\` (\`deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`agents__status_idx\` ON \`agents\` (\`_status\`);`)
  await db.run(sql`CREATE TABLE \`_agents_v_version_variables\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text,
  	\`default\` text,
  	\`description\` text,
  	\`_uuid\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`_agents_v\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`_agents_v_version_variables_order_idx\` ON \`_agents_v_version_variables\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_variables_parent_id_idx\` ON \`_agents_v_version_variables\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`_agents_v\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`parent_id\` integer,
  	\`version_tenant_id\` integer,
  	\`version_name\` text,
  	\`version_kind\` text DEFAULT 'voice',
  	\`version_prompt\` text,
  	\`version_greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`version_stt_provider\` text DEFAULT 'deepgram',
  	\`version_stt_model\` text,
  	\`version_stt_language\` text,
  	\`version_llm_provider\` text DEFAULT 'openai',
  	\`version_llm_model\` text,
  	\`version_llm_temperature\` numeric,
  	\`version_llm_max_tokens\` numeric,
  	\`version_tts_provider\` text DEFAULT 'elevenlabs',
  	\`version_tts_model\` text,
  	\`version_tts_voice\` text,
  	\`version_fallback_stt_provider\` text,
  	\`version_fallback_stt_model\` text,
  	\`version_fallback_stt_language\` text,
  	\`version_fallback_llm_provider\` text,
  	\`version_fallback_llm_model\` text,
  	\`version_fallback_llm_temperature\` numeric,
  	\`version_fallback_llm_max_tokens\` numeric,
  	\`version_fallback_tts_provider\` text,
  	\`version_fallback_tts_model\` text,
  	\`version_fallback_tts_voice\` text,
  	\`version_turns_barge_in\` integer DEFAULT true,
  	\`version_turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`version_turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`version_turns_resume_after_ms\` numeric DEFAULT 800,
  	\`version_turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`version_max_duration_seconds\` numeric DEFAULT 1800,
  	\`version_recording\` integer DEFAULT false,
  	\`version_updated_at\` text,
  	\`version_created_at\` text,
  	\`version_deleted_at\` text,
  	\`version__status\` text DEFAULT 'draft',
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`latest\` integer,
  	FOREIGN KEY (\`parent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`version_tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`_agents_v_parent_idx\` ON \`_agents_v\` (\`parent_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_tenant_idx\` ON \`_agents_v\` (\`version_tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_updated_at_idx\` ON \`_agents_v\` (\`version_updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_created_at_idx\` ON \`_agents_v\` (\`version_created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_deleted_at_idx\` ON \`_agents_v\` (\`version_deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version__status_idx\` ON \`_agents_v\` (\`version__status\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_created_at_idx\` ON \`_agents_v\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_updated_at_idx\` ON \`_agents_v\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_latest_idx\` ON \`_agents_v\` (\`latest\`);`)
  await db.run(sql`CREATE TABLE \`phone_numbers\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`number\` text NOT NULL,
  	\`label\` text,
  	\`provider\` text DEFAULT 'telnyx' NOT NULL,
  	\`agent_id\` integer,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`agent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`phone_numbers_tenant_idx\` ON \`phone_numbers\` (\`tenant_id\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`phone_numbers_number_idx\` ON \`phone_numbers\` (\`number\`);`)
  await db.run(sql`CREATE INDEX \`phone_numbers_agent_idx\` ON \`phone_numbers\` (\`agent_id\`);`)
  await db.run(sql`CREATE INDEX \`phone_numbers_updated_at_idx\` ON \`phone_numbers\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`phone_numbers_created_at_idx\` ON \`phone_numbers\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`provider_keys\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`provider\` text NOT NULL,
  	\`masked\` text NOT NULL,
  	\`status\` text DEFAULT 'unverified' NOT NULL,
  	\`message\` text,
  	\`fix_url\` text,
  	\`capabilities\` text,
  	\`metadata\` text,
  	\`checked_at\` text,
  	\`latency_ms\` numeric,
  	\`is_active\` integer DEFAULT true,
  	\`version\` numeric NOT NULL,
  	\`credential_id\` text NOT NULL,
  	\`expires_at\` text,
  	\`last_used_at\` text,
  	\`defaults\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`provider_keys_tenant_idx\` ON \`provider_keys\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`provider_keys_status_idx\` ON \`provider_keys\` (\`status\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`provider_keys_credential_id_idx\` ON \`provider_keys\` (\`credential_id\`);`)
  await db.run(sql`CREATE INDEX \`provider_keys_updated_at_idx\` ON \`provider_keys\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`provider_keys_created_at_idx\` ON \`provider_keys\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_provider_idx\` ON \`provider_keys\` (\`tenant_id\`,\`provider\`);`)
  await db.run(sql`CREATE TABLE \`calls\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`status\` text DEFAULT 'queued' NOT NULL,
  	\`ended_reason\` text,
  	\`duration_seconds\` numeric,
  	\`ended_detail\` text,
  	\`from\` text,
  	\`to\` text,
  	\`direction\` text DEFAULT 'inbound' NOT NULL,
  	\`started_at\` text,
  	\`answered_at\` text,
  	\`ended_at\` text,
  	\`recording_id\` integer,
  	\`transcript\` text,
  	\`turns\` text,
  	\`agent_id\` integer,
  	\`phone_number_id\` integer,
  	\`agent_name\` text,
  	\`agent_version\` text,
  	\`provider\` text NOT NULL,
  	\`carrier_call_id\` text,
  	\`public_id\` text,
  	\`heartbeat_at\` text,
  	\`usage\` text,
  	\`receipt\` text,
  	\`error\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`recording_id\`) REFERENCES \`media\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`agent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`phone_number_id\`) REFERENCES \`phone_numbers\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`calls_tenant_idx\` ON \`calls\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`calls_status_idx\` ON \`calls\` (\`status\`);`)
  await db.run(sql`CREATE INDEX \`calls_ended_reason_idx\` ON \`calls\` (\`ended_reason\`);`)
  await db.run(sql`CREATE INDEX \`calls_from_idx\` ON \`calls\` (\`from\`);`)
  await db.run(sql`CREATE INDEX \`calls_to_idx\` ON \`calls\` (\`to\`);`)
  await db.run(sql`CREATE INDEX \`calls_started_at_idx\` ON \`calls\` (\`started_at\`);`)
  await db.run(sql`CREATE INDEX \`calls_recording_idx\` ON \`calls\` (\`recording_id\`);`)
  await db.run(sql`CREATE INDEX \`calls_agent_idx\` ON \`calls\` (\`agent_id\`);`)
  await db.run(sql`CREATE INDEX \`calls_phone_number_idx\` ON \`calls\` (\`phone_number_id\`);`)
  await db.run(sql`CREATE INDEX \`calls_carrier_call_id_idx\` ON \`calls\` (\`carrier_call_id\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`calls_public_id_idx\` ON \`calls\` (\`public_id\`);`)
  await db.run(sql`CREATE INDEX \`calls_heartbeat_at_idx\` ON \`calls\` (\`heartbeat_at\`);`)
  await db.run(sql`CREATE INDEX \`calls_updated_at_idx\` ON \`calls\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`calls_created_at_idx\` ON \`calls\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_provider_carrierCallId_idx\` ON \`calls\` (\`tenant_id\`,\`provider\`,\`carrier_call_id\`);`)
  await db.run(sql`CREATE INDEX \`tenant_startedAt_idx\` ON \`calls\` (\`tenant_id\`,\`started_at\`);`)
  await db.run(sql`CREATE TABLE \`media\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`alt\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`url\` text,
  	\`thumbnail_u_r_l\` text,
  	\`filename\` text,
  	\`mime_type\` text,
  	\`filesize\` numeric,
  	\`width\` numeric,
  	\`height\` numeric,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`media_tenant_idx\` ON \`media\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`media_updated_at_idx\` ON \`media\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`media_created_at_idx\` ON \`media\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`media_filename_idx\` ON \`media\` (\`filename\`);`)
  await db.run(sql`CREATE TABLE \`usage\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`provider\` text NOT NULL,
  	\`kind\` text NOT NULL,
  	\`quantity\` numeric NOT NULL,
  	\`unit\` text NOT NULL,
  	\`call_id\` integer,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`call_id\`) REFERENCES \`calls\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`usage_tenant_idx\` ON \`usage\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`usage_provider_idx\` ON \`usage\` (\`provider\`);`)
  await db.run(sql`CREATE INDEX \`usage_kind_idx\` ON \`usage\` (\`kind\`);`)
  await db.run(sql`CREATE INDEX \`usage_call_idx\` ON \`usage\` (\`call_id\`);`)
  await db.run(sql`CREATE INDEX \`usage_updated_at_idx\` ON \`usage\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`usage_created_at_idx\` ON \`usage\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`users_memberships\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`tenant_id\` integer NOT NULL,
  	\`role\` text DEFAULT 'viewer' NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`users\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`users_memberships_order_idx\` ON \`users_memberships\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`users_memberships_parent_id_idx\` ON \`users_memberships\` (\`_parent_id\`);`)
  await db.run(sql`CREATE INDEX \`users_memberships_tenant_idx\` ON \`users_memberships\` (\`tenant_id\`);`)
  await db.run(sql`CREATE TABLE \`users_sessions\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`created_at\` text,
  	\`expires_at\` text NOT NULL,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`users\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`users_sessions_order_idx\` ON \`users_sessions\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`users_sessions_parent_id_idx\` ON \`users_sessions\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`users\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text,
  	\`role\` text DEFAULT 'user' NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`enable_a_p_i_key\` integer,
  	\`api_key\` text,
  	\`api_key_index\` text,
  	\`email\` text NOT NULL,
  	\`reset_password_token\` text,
  	\`reset_password_expiration\` text,
  	\`salt\` text,
  	\`hash\` text,
  	\`reset_password_requested_at\` text,
  	\`login_attempts\` numeric DEFAULT 0,
  	\`lock_until\` text
  );
  `)
  await db.run(sql`CREATE INDEX \`users_updated_at_idx\` ON \`users\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`users_created_at_idx\` ON \`users\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`users_email_idx\` ON \`users\` (\`email\`);`)
  await db.run(sql`CREATE TABLE \`tenants\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text NOT NULL,
  	\`slug\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`tenants_slug_idx\` ON \`tenants\` (\`slug\`);`)
  await db.run(sql`CREATE INDEX \`tenants_updated_at_idx\` ON \`tenants\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`tenants_created_at_idx\` ON \`tenants\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`audit_log\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`action\` text NOT NULL,
  	\`result\` text NOT NULL,
  	\`actor_name\` text NOT NULL,
  	\`actor_id\` text,
  	\`subject_collection\` text NOT NULL,
  	\`subject_id\` text NOT NULL,
  	\`details\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`audit_log_tenant_idx\` ON \`audit_log\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_action_idx\` ON \`audit_log\` (\`action\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_result_idx\` ON \`audit_log\` (\`result\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_actor_id_idx\` ON \`audit_log\` (\`actor_id\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_subject_id_idx\` ON \`audit_log\` (\`subject_id\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_updated_at_idx\` ON \`audit_log\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_created_at_idx\` ON \`audit_log\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`vault_secrets\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`credential\` text NOT NULL,
  	\`provider\` text NOT NULL,
  	\`version\` numeric NOT NULL,
  	\`envelope\` text NOT NULL,
  	\`destroy_after\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`vault_secrets_tenant_idx\` ON \`vault_secrets\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`vault_secrets_destroy_after_idx\` ON \`vault_secrets\` (\`destroy_after\`);`)
  await db.run(sql`CREATE INDEX \`vault_secrets_updated_at_idx\` ON \`vault_secrets\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_secrets_created_at_idx\` ON \`vault_secrets\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`credential_version_idx\` ON \`vault_secrets\` (\`credential\`,\`version\`);`)
  await db.run(sql`CREATE TABLE \`vault_data_keys\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`generation\` numeric NOT NULL,
  	\`key_id\` text NOT NULL,
  	\`wrapped\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_data_keys_key_id_idx\` ON \`vault_data_keys\` (\`key_id\`);`)
  await db.run(sql`CREATE INDEX \`vault_data_keys_updated_at_idx\` ON \`vault_data_keys\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_data_keys_created_at_idx\` ON \`vault_data_keys\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_generation_idx\` ON \`vault_data_keys\` (\`tenant\`,\`generation\`);`)
  await db.run(sql`CREATE TABLE \`vault_canary\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text NOT NULL,
  	\`wrapped\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_canary_name_idx\` ON \`vault_canary\` (\`name\`);`)
  await db.run(sql`CREATE INDEX \`vault_canary_updated_at_idx\` ON \`vault_canary\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_canary_created_at_idx\` ON \`vault_canary\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`payload_kv\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`key\` text NOT NULL,
  	\`data\` text NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`payload_kv_key_idx\` ON \`payload_kv\` (\`key\`);`)
  await db.run(sql`CREATE TABLE \`payload_preferences\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`key\` text,
  	\`value\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`payload_preferences_key_idx\` ON \`payload_preferences\` (\`key\`);`)
  await db.run(sql`CREATE INDEX \`payload_preferences_updated_at_idx\` ON \`payload_preferences\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`payload_preferences_created_at_idx\` ON \`payload_preferences\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`payload_preferences_rels\` (
  	\`id\` integer PRIMARY KEY NOT NULL,
  	\`order\` integer,
  	\`parent_id\` integer NOT NULL,
  	\`path\` text NOT NULL,
  	\`users_id\` integer,
  	FOREIGN KEY (\`parent_id\`) REFERENCES \`payload_preferences\`(\`id\`) ON UPDATE no action ON DELETE cascade,
  	FOREIGN KEY (\`users_id\`) REFERENCES \`users\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`payload_preferences_rels_order_idx\` ON \`payload_preferences_rels\` (\`order\`);`)
  await db.run(sql`CREATE INDEX \`payload_preferences_rels_parent_idx\` ON \`payload_preferences_rels\` (\`parent_id\`);`)
  await db.run(sql`CREATE INDEX \`payload_preferences_rels_path_idx\` ON \`payload_preferences_rels\` (\`path\`);`)
  await db.run(sql`CREATE INDEX \`payload_preferences_rels_users_id_idx\` ON \`payload_preferences_rels\` (\`users_id\`);`)
  await db.run(sql`CREATE TABLE \`payload_migrations\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text,
  	\`batch\` numeric,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`payload_migrations_updated_at_idx\` ON \`payload_migrations\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`payload_migrations_created_at_idx\` ON \`payload_migrations\` (\`created_at\`);`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`DROP TABLE \`agents_variables\`;`)
  await db.run(sql`DROP TABLE \`agents\`;`)
  await db.run(sql`DROP TABLE \`_agents_v_version_variables\`;`)
  await db.run(sql`DROP TABLE \`_agents_v\`;`)
  await db.run(sql`DROP TABLE \`phone_numbers\`;`)
  await db.run(sql`DROP TABLE \`provider_keys\`;`)
  await db.run(sql`DROP TABLE \`calls\`;`)
  await db.run(sql`DROP TABLE \`media\`;`)
  await db.run(sql`DROP TABLE \`usage\`;`)
  await db.run(sql`DROP TABLE \`users_memberships\`;`)
  await db.run(sql`DROP TABLE \`users_sessions\`;`)
  await db.run(sql`DROP TABLE \`users\`;`)
  await db.run(sql`DROP TABLE \`tenants\`;`)
  await db.run(sql`DROP TABLE \`audit_log\`;`)
  await db.run(sql`DROP TABLE \`vault_secrets\`;`)
  await db.run(sql`DROP TABLE \`vault_data_keys\`;`)
  await db.run(sql`DROP TABLE \`vault_canary\`;`)
  await db.run(sql`DROP TABLE \`payload_kv\`;`)
  await db.run(sql`DROP TABLE \`payload_preferences\`;`)
  await db.run(sql`DROP TABLE \`payload_preferences_rels\`;`)
  await db.run(sql`DROP TABLE \`payload_migrations\`;`)
}
