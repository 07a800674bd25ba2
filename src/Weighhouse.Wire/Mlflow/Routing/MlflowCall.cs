using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Weighhouse.Access;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>One request being answered. Its body's buffer lives as long as it does.</summary>
internal sealed class MlflowCall(HttpContext http, MlflowBackend backend) : IDisposable
{
    private PooledBody? _body;
    private JsonDocument? _document;

    public HttpContext Http => http;

    public IExperiments Experiments => backend.Experiments;

    public IRuns Runs => backend.Runs;

    public IMetrics Metrics => backend.Metrics;

    public IArtifacts Artifacts => backend.Artifacts;

    public ILoggedModels LoggedModels => backend.LoggedModels;

    public IRegisteredModels RegisteredModels => backend.RegisteredModels;

    public IModelVersions ModelVersions => backend.ModelVersions;

    public IUsers Users => backend.Users;

    public MlflowOptions Options => backend.Options;

    public ILogger Logger => backend.Logger;

    public Principal Caller { get; } = http.Caller();

    public CancellationToken Cancellation => http.RequestAborted;

    /// <summary>The fields of the query string of a GET, or a DELETE without body, that has one; else those of the JSON body.</summary>
    public async ValueTask<Result<MlflowFields>> ReadFieldsAsync()
    {
        var options = backend.Options;
        if (http.Request.QueryString.HasValue && (HttpMethods.IsGet(http.Request.Method) || IsBareDelete(http)))
            return new MlflowFields(http, http.Request.Query, options.ListLengthMax);
        return (await ReadBodyAsync()).TryGet(out var body, out var error) ? Bind(body) : error;
    }

    public async ValueTask<Result<ReadOnlyMemory<byte>>> ReadBodyAsync()
    {
        if (RequestBody.CheckContentType(http.Request) is { } wrongType) return wrongType;
        if (!(await RequestBody.ReadAsync(http, backend.Options.JsonBodyMaxBytes)).TryGet(out var body, out var error)) return error;
        _body = body;
        return body.Memory;
    }

    /// <param name="body">What <see cref="ReadBodyAsync"/> returned.</param>
    public Result<MlflowFields> Bind(ReadOnlyMemory<byte> body)
    {
        if (!RequestBody.Parse(body, backend.Options.JsonDepthMax).TryGet(out var document, out var error)) return error;
        _document = document;
        return new MlflowFields(http, document.RootElement, backend.Options.ListLengthMax);
    }

    private static bool IsBareDelete(HttpContext http) =>
        HttpMethods.IsDelete(http.Request.Method) && http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    public void Dispose()
    {
        _document?.Dispose();
        _body?.Dispose();
    }
}
