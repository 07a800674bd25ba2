using System.Buffers;
using Weighhouse.Access.Audit;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Projects;

internal sealed class ProjectService(IDatabase database, AuditLog audit, TimeProvider time) : IProjects
{
    private const int NameLengthMax = 64;
    private const int DescriptionLengthMax = 2_000;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SqlText Select = AccessSql.Catalog["SelectProjects"];
    private static readonly SqlText Insert = AccessSql.Catalog["InsertProject"];

    public async ValueTask<Result<IReadOnlyList<Project>>> ListAsync(Principal caller, CancellationToken cancellation)
    {
        var projects = await database.ReadAsync(
            session => session.Prepare(Select).ListAsync(row => new Project(row.Text(0), row.Text(1), row.Long(2))), cancellation);
        projects.RemoveAll(project => !SeesInto(caller, project.Name));
        return projects;
    }

    public async ValueTask<Result<Project>> CreateAsync(Principal caller, string name, string description, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (name.Length is 0 or > NameLengthMax || name.AsSpan().ContainsAnyExcept(NameCharacters))
            return Error.Invalid($"A project's name has 1 to {NameLengthMax} lower-case letters, digits or - _ .", "name");
        if (description.Length > DescriptionLengthMax)
            return Error.Invalid($"A description has at most {DescriptionLengthMax} characters.", "description");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        return await database.WriteAsync<Project>(async session =>
        {
            var added = await session.Prepare(Insert).Bind("name", name).Bind("description", description).Bind("now", now).ExecuteAsync();
            if (added == 0) return Error.Exists($"There is a project '{name}' already.");
            await audit.AppendAsync(session, new AuditEntry(caller.Name, "project.create", "project:" + name), origin);
            return new Project(name, description, now);
        }, cancellation);
    }

    private static bool SeesInto(Principal caller, string project) =>
        caller.Can(Permission.View, Scope.OfProject(project)) || caller.Grants.Any(grant => grant.Scope.Project == project);
}
