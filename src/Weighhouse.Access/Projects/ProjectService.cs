using Weighhouse.Access.Audit;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Projects;

internal sealed class ProjectService(IDatabase database, AuditLog audit, TimeProvider time) : IProjects
{
    private const int DescriptionLengthMax = 2_000;

    public async ValueTask<Result<IReadOnlyList<Project>>> ListAsync(Principal caller, CancellationToken cancellation)
    {
        var projects = await database.ReadAsync(ProjectTable.ListAsync, cancellation);
        projects.RemoveAll(project => !SeesInto(caller, project.Name));
        return projects;
    }

    public async ValueTask<Result<Project>> CreateAsync(Principal caller, string name, string description, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (ProjectName.Refuse(name) is { } wrongName) return wrongName;
        if (description.Length > DescriptionLengthMax)
            return Error.Invalid($"A description has at most {DescriptionLengthMax} characters, not {description.Length}.", "description");
        if (PlainText.Refuse(description, "description") is { } odd) return odd;
        var project = new Project(name, description, time.GetUtcNow().ToUnixTimeMilliseconds());
        var origin = audit.Origin();
        return await database.WriteAsync<Project>(
            async session =>
            {
                if (!await ProjectTable.TryInsertAsync(session, project)) return Error.Exists($"There is a project '{name}' already.");
                await audit.AppendAsync(session, new AuditEntry(caller.Name, "project.create", "project:" + name), origin);
                return project;
            },
            cancellation);
    }

    /// <summary>Whoever may view one object of a project may know that the project is there.</summary>
    private static bool SeesInto(Principal caller, string project) =>
        caller.Can(Permission.View, Scope.OfProject(project))
        || (caller.CanSomewhere(Permission.View) && caller.Grants.Any(grant => grant.Scope.Project == project));
}
