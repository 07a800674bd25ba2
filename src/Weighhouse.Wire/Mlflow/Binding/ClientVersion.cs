using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>Where MLflow's 2.x and 3.x want different answers to the same request, its Python client says which of them asks.</summary>
internal static class ClientVersion
{
    private const string Client = "mlflow-python-client/";

    /// <summary>2 or 3, from <c>User-Agent: mlflow-python-client/3.3.2</c>; null for any other client.</summary>
    public static int? MajorOf(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        if (!agent.StartsWith(Client, StringComparison.Ordinal)) return null;
        var version = agent.AsSpan(Client.Length);
        var dot = version.IndexOf('.');
        return dot > 0 && int.TryParse(version[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
