using System.CommandLine;
using Weighhouse.Client.Access;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh projects</c>: the rooms that roles are granted on.</summary>
internal static class ProjectsCommand
{
    private static readonly Column<Project>[] Columns =
    [
        new("NAME", project => project.Name),
        new("SINCE", project => Output.Time(project.CreatedMs)),
        new("DESCRIPTION", project => project.Description),
    ];

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Lower-case letters, digits or - _ ." };
        var description = new Option<string?>("--description") { Description = "What it is for" };
        return new Command("projects", "Projects, which keep teams apart").WithServer()
            .With(new Command("list", "List the projects you can see into").Does(async context => context.Output.List(
                await context.Client.Access.ListProjectsAsync(context.Cancellation), Columns, "No project that you can see into.")))
            .With(new Command("create", "Create a project") { name, description }.Does(async context =>
            {
                var project = await context.Client.Access.CreateProjectAsync(
                    new NewProject(context.Get(name), context.Get(description)), context.Cancellation);
                context.Output.Said(
                    project, $"Created {project.Name}. Let people in: weigh users grant NAME contributor project:{project.Name}");
            }));
    }
}
