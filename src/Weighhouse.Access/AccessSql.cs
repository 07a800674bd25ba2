using Weighhouse.Data;

namespace Weighhouse.Access;

internal static class AccessSql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(AccessSql).Assembly);
}
