using Weighhouse.Kernel;

namespace Weighhouse.Web.Repositories;

/// <summary>As much of a commit's id as people compare: 40 bits, which two commits of one repository do not share by chance.</summary>
internal static class ShortId
{
    public const int Length = 10;

    public static string Of(Digest id) => id.ToString()[..Length];
}
