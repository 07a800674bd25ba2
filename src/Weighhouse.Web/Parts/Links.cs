using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Parts;

/// <summary>Addresses of our pages, each segment escaped.</summary>
internal static class Links
{
    public static string Experiment(ExperimentId id) => $"/experiments/{id}";

    public static string Run(RunId id, string? tab = null) => $"/runs/{Uri.EscapeDataString(id.Text)}{(tab is null ? "" : "/" + tab)}";

    public static string Model(string name) => $"/models/{Uri.EscapeDataString(name)}";

    public static string Deployment(string name) => $"/deployments/{Uri.EscapeDataString(name)}";

    public static string ModelVersion(string name, long version) => $"{Model(name)}/versions/{version}";

    public static string Repository(string name) => $"/repositories/{Uri.EscapeDataString(name)}";

    /// <summary>A path with slashes below a prefix.</summary>
    public static string Under(string prefix, string path) =>
        path.Length == 0 ? prefix : prefix + "/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>A path with a query; values that are null or empty are left out.</summary>
    public static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var address = new StringBuilder(path);
        var mark = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in values)
        {
            if (string.IsNullOrEmpty(value)) continue;
            address.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            mark = '&';
        }

        return address.ToString();
    }
}
