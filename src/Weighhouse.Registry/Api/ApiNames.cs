namespace Weighhouse.Registry.Api;

internal static class ApiNames
{
    public const int PageSize = 100;

    /// <summary>A model's name from a route: '/' arrives escaped, since it would end the segment.</summary>
    public static string Decoded(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public static string PathOf(string model) => "/api/v1/models/" + Uri.EscapeDataString(model);
}
