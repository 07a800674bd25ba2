using Weighhouse.Data;

namespace Weighhouse.Versioning;

internal static class VersioningSql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(VersioningSql).Assembly);
}
