using Weighhouse.Client.Http;

namespace Weighhouse.Client.Access;

/// <summary>Who you are, users, tokens, projects, the audit log.</summary>
public sealed class AccessApi
{
    private readonly ApiConnection _connection;

    internal AccessApi(ApiConnection connection) => _connection = connection;

    public Task<Identity> WhoAmIAsync(CancellationToken cancellation = default) =>
        _connection.GetAsync("/api/v1/whoami", ClientJson.Default.Identity, cancellation);

    public async Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancellation = default) =>
        (await _connection.GetAsync("/api/v1/users", ClientJson.Default.UserList, cancellation)).Users;

    public Task<User> CreateUserAsync(NewUser user, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Post, "/api/v1/users", user, ClientJson.Default.NewUser, ClientJson.Default.User, cancellation);

    public Task ChangeUserAsync(string name, UserChange change, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Patch, PathOf(name), change, ClientJson.Default.UserChange, cancellation);

    public Task GrantAsync(string name, Grant grant, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Put, PathOf(name) + "/grants", grant, ClientJson.Default.Grant, cancellation);

    public Task DeleteUserAsync(string name, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(name), cancellation);

    public async Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellation = default) =>
        (await _connection.GetAsync("/api/v1/tokens", ClientJson.Default.TokenList, cancellation)).Tokens;

    public Task<IssuedToken> IssueTokenAsync(NewToken token, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, "/api/v1/tokens", token, ClientJson.Default.NewToken, ClientJson.Default.IssuedToken, cancellation);

    public Task RevokeTokenAsync(long id, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, $"/api/v1/tokens/{id}", cancellation);

    public async Task<IReadOnlyList<Project>> ListProjectsAsync(CancellationToken cancellation = default) =>
        (await _connection.GetAsync("/api/v1/projects", ClientJson.Default.ProjectList, cancellation)).Projects;

    public Task<Project> CreateProjectAsync(NewProject project, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, "/api/v1/projects", project, ClientJson.Default.NewProject, ClientJson.Default.Project, cancellation);

    public Task<AuditPage> ReadAuditAsync(int size, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText("/api/v1/audit").Add("page_size", size).Add("page_token", pageToken).ToString(), ClientJson.Default.AuditPage,
            cancellation);

    public Task<AuditVerdict> VerifyAuditAsync(CancellationToken cancellation = default) =>
        _connection.GetAsync("/api/v1/audit/verify", ClientJson.Default.AuditVerdict, cancellation);

    private static string PathOf(string name) => "/api/v1/users/" + Uri.EscapeDataString(name);
}
