/** Of a field that a list can neither show nor be filtered by: long texts of which a page shows every part. */
export const NOT_LISTED = { disableListColumn: true, disableListFilter: true, disableGroupBy: true } as const
