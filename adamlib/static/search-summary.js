(()=>{window.SPHINX_HIGHLIGHT_ENABLED=!1;location.protocol==="file:"&&(DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY=!1);})();
