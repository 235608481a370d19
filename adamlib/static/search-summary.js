location.protocol==="file:"&&(DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY=!1);
