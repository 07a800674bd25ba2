using Microsoft.AspNetCore.Http;

namespace Weighhouse.Http;

/// <summary>A request's path as logs may have it: escaped, so that nobody writes lines of their own; short; without secrets.</summary>
public static class LoggedPath
{
    /// <summary>What follows this in a path signs whoever has it in.</summary>
    public const string SecretPrefix = "/sign-in/link/";

    private const int LengthMax = 512;

    public static string Of(HttpRequest request)
    {
        if (request.Path.Value?.StartsWith(SecretPrefix, StringComparison.OrdinalIgnoreCase) is true) return SecretPrefix + "…";
        var path = request.Path.ToUriComponent();
        return path.Length <= LengthMax ? path : path[..LengthMax] + "…";
    }
}
