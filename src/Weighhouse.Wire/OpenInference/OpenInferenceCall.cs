using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>What of a request's address says which model it means.</summary>
internal static class OpenInferenceCall
{
    public static string Model(HttpContext http) => (string)http.Request.RouteValues["model"]!;

    /// <summary>A version that is no number is one that is not there.</summary>
    public static Result<ServingTarget> Target(HttpContext http)
    {
        var model = Model(http);
        if (http.Request.RouteValues["version"] is not string text) return new ServingTarget(model);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new ServingTarget(model, version)
            : Error.Invalid($"failed to get model version from specified version string '{text}' (an integral value is expected)");
    }
}
