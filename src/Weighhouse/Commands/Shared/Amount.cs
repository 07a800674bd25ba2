using System.Globalization;

namespace Weighhouse.Commands.Shared;

internal static class Amount
{
    /// <summary>"1 commit", "2,000 commits".</summary>
    public static string Of(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
