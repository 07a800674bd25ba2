using Weighhouse.Data;

namespace Weighhouse.Serving;

/// <summary>The module's statements, by file name.</summary>
internal static class ServingSql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(ServingSql).Assembly);
}
