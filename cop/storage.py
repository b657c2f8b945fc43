from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Static files under names that change with their content, in imports between JavaScript modules too."""

    support_js_module_import_aggregation = True
