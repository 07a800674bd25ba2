using System.CommandLine;
using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary><c>weigh experiments</c>: the folders of runs.</summary>
internal static class ExperimentsCommand
{
    private static readonly Column<Experiment>[] Columns =
    [
        new("ID", experiment => experiment.Id, IsNumber: true),
        new("NAME", experiment => experiment.Name),
        new("PROJECT", experiment => experiment.Project),
        new("STATE", experiment => experiment.Lifecycle),
        new("CREATED", experiment => Output.Time(experiment.CreatedMs)),
    ];

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The experiment's id: weigh experiments list" };
        var name = new Argument<string>("name") { Description = "The new name" };
        return new Command("experiments", "Experiments: the folders of runs").WithServer()
            .With(ListVerb())
            .With(CreateVerb())
            .With(new Command("show", "Show one experiment") { id }.Does(async context =>
            {
                var experiment = await context.Client.Experiments.GetAsync(context.Get(id), context.Cancellation);
                context.Output.One(
                    experiment,
                    ("id", experiment.Id),
                    ("name", experiment.Name),
                    ("project", experiment.Project),
                    ("state", experiment.Lifecycle),
                    ("created", Output.Time(experiment.CreatedMs)),
                    ("artifacts", experiment.ArtifactLocation),
                    ("tags", string.Join(", ", experiment.Tags.Select(tag => $"{tag.Key}={tag.Value}"))));
            }))
            .With(new Command("rename", "Give an experiment another name") { id, name }.Does(async context =>
            {
                await context.Client.Experiments.RenameAsync(context.Get(id), context.Get(name), context.Cancellation);
                Console.Error.WriteLine($"Experiment {context.Get(id)} is now called {context.Get(name)}");
            }))
            .With(new Command("delete", "Delete an experiment and its runs; restore brings them back") { id }.Does(async context =>
            {
                await context.Client.Experiments.DeleteAsync(context.Get(id), context.Cancellation);
                Console.Error.WriteLine($"Deleted experiment {context.Get(id)}. To undo: weigh experiments restore {context.Get(id)}");
            }))
            .With(new Command("restore", "Restore a deleted experiment and the runs deleted with it") { id }.Does(async context =>
            {
                await context.Client.Experiments.RestoreAsync(context.Get(id), context.Cancellation);
                Console.Error.WriteLine($"Restored experiment {context.Get(id)}");
            }));
    }

    private static Command ListVerb()
    {
        var filter = new Option<string?>("--filter") { Description = "For example: name like 'mnist%' and tags.team = 'a'" };
        var view = new Option<string?>("--view") { Description = "active, deleted or all [default: active]" };
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 100 };
        return new Command("list", "List experiments, newest first") { filter, view, limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Experiments.ListAsync(
                    context.Get(filter), context.Get(view), size, token, context.Cancellation);
                return (page.Experiments, page.NextPageToken);
            });
            context.Output.List(found, Columns, "No experiments match.");
        }).WithExamples(
            ("weigh experiments list", "the newest hundred"),
            ("weigh experiments list --filter \"name ilike '%mnist%'\" -o json", "some, for a program"));
    }

    private static Command CreateVerb()
    {
        var name = new Argument<string>("name") { Description = "A name no other experiment has" };
        var project = new Option<string?>("--project") { Description = "The project it belongs to [default: default]" };
        var location = new Option<string?>("--artifact-location") { Description = "Where artifacts go [default: the server's own store]" };
        return new Command("create", "Create an experiment and print its id") { name, project, location }.Does(async context =>
        {
            var experiment = await context.Client.Experiments.CreateAsync(
                new NewExperiment(context.Get(name), context.Get(location), context.Get(project)), context.Cancellation);
            if (context.Output.Format is OutputFormat.Table) context.Output.Writer.WriteLine(experiment.Id);
            else context.Output.One(experiment);
        }).WithExamples(("weigh experiments create mnist", "prints the id, for scripts"));
    }
}
