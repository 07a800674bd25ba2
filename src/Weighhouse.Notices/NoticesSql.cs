using Weighhouse.Data;

namespace Weighhouse.Notices;

/// <summary>The module's statements, by file name.</summary>
internal static class NoticesSql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(NoticesSql).Assembly);
}
