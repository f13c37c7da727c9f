export * from './create-telephony.ts'
