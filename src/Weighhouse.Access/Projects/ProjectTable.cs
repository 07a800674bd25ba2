using Weighhouse.Data;

namespace Weighhouse.Access.Projects;

internal static class ProjectTable
{
    private static readonly SqlText Select = AccessSql.Catalog["SelectProjects"];
    private static readonly SqlText Insert = AccessSql.Catalog["InsertProject"];
    private static readonly SqlText Find = AccessSql.Catalog["FindProject"];

    public static ValueTask<List<Project>> ListAsync(DbSession session) =>
        session.Prepare(Select).ListAsync(row => new Project(row.Text(0), row.Text(1), row.Long(2)));

    public static async ValueTask<bool> ExistsAsync(DbSession session, string name) =>
        await session.Prepare(Find).Bind("name", name).LongAsync() is not null;

    /// <summary>False when there is one of this name.</summary>
    public static async ValueTask<bool> TryInsertAsync(DbSession session, Project project) => await session.Prepare(Insert)
        .Bind("name", project.Name).Bind("description", project.Description).Bind("now", project.CreatedMs).ExecuteAsync() > 0;
}
