using Weighhouse.Client.Http;

namespace Weighhouse.Client.Registry;

/// <summary>What stages ask of versions, and how far versions fulfil it.</summary>
public sealed class GatesApi
{
    private readonly ApiConnection _connection;

    internal GatesApi(ApiConnection connection) => _connection = connection;

    /// <param name="model">Null for the rules of the project, which hold for all its models.</param>
    /// <param name="project">Null for the default one; a model has its own.</param>
    public Task<StageRules> RulesAsync(string? model, string? project = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(RulesOf(model, project), ClientJson.Default.StageRules, cancellation);

    /// <param name="text">YAML; empty to ask for nothing.</param>
    public Task<StageRules> SetRulesAsync(string? model, string? project, string text, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Put, RulesOf(model, project), new StageRules(text), ClientJson.Default.StageRules, ClientJson.Default.StageRules,
            cancellation);

    /// <summary>What stands between a version and a stage; runs nothing.</summary>
    public Task<StageChecks> CheckAsync(string model, long version, string stage, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(ChecksOf(model, version)).Add("stage", stage).ToString(), ClientJson.Default.StageChecks, cancellation);

    /// <summary>Runs the gates that are due.</summary>
    public Task<StageChecks> RunAsync(string model, long version, GatesToRun gates, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, ChecksOf(model, version), gates, ClientJson.Default.GatesToRun, ClientJson.Default.StageChecks, cancellation);

    /// <summary>The last first.</summary>
    public Task<GateRunPage> RunsAsync(
        string model, long version, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(PathOf(model, version) + "/gate-runs").Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.GateRunPage,
            cancellation);

    /// <summary>Tells what a check elsewhere found, to a gate of the kind external.</summary>
    public Task<GateRun> ReportAsync(
        string model, long version, string gate, GateReport report, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, $"{PathOf(model, version)}/gates/{Uri.EscapeDataString(gate)}/reports", report, ClientJson.Default.GateReport,
            ClientJson.Default.GateRun, cancellation);

    private static string RulesOf(string? model, string? project) => model is null
        ? new QueryText("/api/v1/registry/rules").Add("project", project).ToString()
        : $"/api/v1/models/{Uri.EscapeDataString(model)}/rules";

    private static string PathOf(string model, long version) => $"/api/v1/models/{Uri.EscapeDataString(model)}/versions/{version}";

    private static string ChecksOf(string model, long version) => PathOf(model, version) + "/checks";
}
