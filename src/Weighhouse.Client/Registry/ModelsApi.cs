using Weighhouse.Client.Http;

namespace Weighhouse.Client.Registry;

/// <summary>Registered models, their versions, aliases and stages, and what they were.</summary>
public sealed class ModelsApi
{
    private const string Root = "/api/v1/models";
    private const string Registry = "/api/v1/registry";

    private readonly ApiConnection _connection;

    internal ModelsApi(ApiConnection connection) => _connection = connection;

    public Task<RegisteredModelPage> SearchAsync(
        string? filter = null, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            Paged(new QueryText(Root).Add("filter", filter), pageSize, pageToken), ClientJson.Default.RegisteredModelPage, cancellation);

    public Task<RegisteredModel> GetAsync(string name, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(name), ClientJson.Default.RegisteredModel, cancellation);

    /// <param name="at">A time of ISO 8601, in UTC unless it names a zone, or milliseconds since 1970.</param>
    public Task<PastModel> AsOfAsync(string name, string at, CancellationToken cancellation = default) =>
        _connection.GetAsync(new QueryText(PathOf(name)).Add("at", at).ToString(), ClientJson.Default.PastModel, cancellation);

    /// <param name="at">As for <see cref="AsOfAsync(string, string, CancellationToken)"/>; null for the present.</param>
    public Task<PastModelPage> RegistryAsOfAsync(
        string? at, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            Paged(new QueryText(Registry).Add("at", at), pageSize, pageToken), ClientJson.Default.PastModelPage, cancellation);

    public Task<ModelDifferencePage> DiffAsync(
        string from, string? to, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            Paged(new QueryText(Registry + "/diff").Add("from", from).Add("to", to), pageSize, pageToken),
            ClientJson.Default.ModelDifferencePage,
            cancellation);

    public Task<RegisteredModel> CreateAsync(NewRegisteredModel model, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Root, model, ClientJson.Default.NewRegisteredModel, ClientJson.Default.RegisteredModel, cancellation);

    public Task DeleteAsync(string name, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(name), cancellation);

    /// <summary>The highest first.</summary>
    public Task<ModelVersionPage> VersionsAsync(
        string name, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            Paged(new QueryText(PathOf(name) + "/versions"), pageSize, pageToken), ClientJson.Default.ModelVersionPage, cancellation);

    public Task<ModelVersion> VersionAsync(string name, long version, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(name, version), ClientJson.Default.ModelVersion, cancellation);

    /// <param name="alias">"latest" for the highest version.</param>
    public Task<ModelVersion> ByAliasAsync(string name, string alias, CancellationToken cancellation = default) =>
        _connection.GetAsync(AliasOf(name, alias), ClientJson.Default.ModelVersion, cancellation);

    public Task<ModelFileList> FilesAsync(string name, long version, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(name, version) + "/files", ClientJson.Default.ModelFileList, cancellation);

    /// <summary>Makes the next version.</summary>
    public Task<ModelVersion> RegisterAsync(string name, NewModelVersion version, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, PathOf(name) + "/versions", version, ClientJson.Default.NewModelVersion, ClientJson.Default.ModelVersion,
            cancellation);

    public Task DeleteVersionAsync(string name, long version, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(name, version), cancellation);

    /// <summary>Begins to send the files of a version; <see cref="RegisterAsync"/> makes it of them.</summary>
    /// <param name="experiment">Where they are kept as a logged model; null for the first.</param>
    public Task<ModelUpload> BeginUploadAsync(string name, long? experiment = null, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, new QueryText(PathOf(name) + "/uploads").Add("experiment", experiment).ToString(),
            ClientJson.Default.ModelUpload, cancellation);

    /// <param name="path">In the version, with forward slashes.</param>
    /// <param name="content">Read to its end, however long that takes.</param>
    public Task<ModelFile> UploadAsync(string name, string upload, string path, Stream content, CancellationToken cancellation = default) =>
        _connection.UploadAsync(
            $"{UploadOf(name, upload)}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}", content,
            ClientJson.Default.ModelFile, cancellation);

    public Task ForgetUploadAsync(string name, string upload, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, UploadOf(name, upload), cancellation);

    public Task<ModelVersion> MoveAsync(string name, long version, StageMove move, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, PathOf(name, version) + "/stage", move, ClientJson.Default.StageMove, ClientJson.Default.ModelVersion,
            cancellation);

    /// <summary>Takes back the last change of a stage. Returns the versions that are there now.</summary>
    public Task<ModelVersionPage> RollbackStageAsync(string name, string stage, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, $"{PathOf(name)}/stages/{Uri.EscapeDataString(stage)}/rollback", ClientJson.Default.ModelVersionPage,
            cancellation);

    public Task SetAliasAsync(string name, string alias, long version, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Put, AliasOf(name, alias), new AliasTarget(version), ClientJson.Default.AliasTarget, cancellation);

    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, AliasOf(name, alias), cancellation);

    /// <summary>Takes back the last change of an alias.</summary>
    public Task<RolledBackAlias> RollbackAliasAsync(string name, string alias, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, AliasOf(name, alias) + "/rollback", ClientJson.Default.RolledBackAlias, cancellation);

    /// <summary>What happened to a model, newest first.</summary>
    public Task<RegistryEventPage> HistoryAsync(
        string name, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            Paged(new QueryText(PathOf(name) + "/history"), pageSize, pageToken), ClientJson.Default.RegistryEventPage, cancellation);

    public Task<StageList> StagesAsync(string? project = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(StagesOf(project), ClientJson.Default.StageList, cancellation);

    public Task<StageList> SetStagesAsync(string? project, StageList stages, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Put, StagesOf(project), stages, ClientJson.Default.StageList, ClientJson.Default.StageList, cancellation);

    private static string PathOf(string name) => $"{Root}/{Uri.EscapeDataString(name)}";

    private static string PathOf(string name, long version) => $"{PathOf(name)}/versions/{version}";

    private static string AliasOf(string name, string alias) => $"{PathOf(name)}/aliases/{Uri.EscapeDataString(alias)}";

    private static string UploadOf(string name, string upload) => $"{PathOf(name)}/uploads/{Uri.EscapeDataString(upload)}";

    private static string StagesOf(string? project) => new QueryText(Registry + "/stages").Add("project", project).ToString();

    private static string Paged(QueryText query, int? size, string? token) =>
        query.Add("page_size", size).Add("page_token", token).ToString();
}
