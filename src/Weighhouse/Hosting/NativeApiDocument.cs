using Microsoft.AspNetCore.OpenApi;

namespace Weighhouse.Hosting;

/// <summary>The OpenAPI document of the native API, generated from the endpoints themselves: /api/v1/openapi.json.</summary>
internal static class NativeApiDocument
{
    private const string Prefix = "api/v1/";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(Prefix, StringComparison.Ordinal) is true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new Microsoft.OpenApi.OpenApiInfo
            {
                Title = "Weighhouse native API",
                Version = ProgramVersion.Text,
                Description = "Errors are RFC 9457 problems. Lists are paged by opaque tokens: send nextToken back as token.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    }
}
