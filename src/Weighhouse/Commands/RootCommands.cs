using System.CommandLine;
using Weighhouse.Commands.Access;
using Weighhouse.Commands.Doctor;
using Weighhouse.Commands.Shared;
using Weighhouse.Commands.Tracking;

namespace Weighhouse.Commands;

internal static class RootCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Weighhouse: the whole life of a machine-learning model in one program")
        {
            UpCommand.Create(),
            ExperimentsCommand.Create(),
            RunsCommand.Create(),
            MetricsCommand.Create(),
            LoggedModelsCommand.Create(),
            LoginCommand.Login(),
            LoginCommand.Logout(),
            LoginCommand.WhoAmI(),
            UsersCommand.Create(),
            TokensCommand.Create(),
            ProjectsCommand.Create(),
            AuditCommand.Create(),
            DoctorCommand.Create(),
            CompletionCommand.Create(),
            VersionCommand.Create(),
        };
        CommandExamples.ShowIn(root);
        return root;
    }
}
