using System.CommandLine;
using Weighhouse.Commands.Access;
using Weighhouse.Commands.Catalogue;
using Weighhouse.Commands.Doctor;
using Weighhouse.Commands.Evaluating;
using Weighhouse.Commands.Notices;
using Weighhouse.Commands.Registry;
using Weighhouse.Commands.Serving;
using Weighhouse.Commands.Shared;
using Weighhouse.Commands.Tracking;
using Weighhouse.Commands.Trust;
using Weighhouse.Commands.Versions;

namespace Weighhouse.Commands;

internal static class RootCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Weighhouse: the whole life of a machine-learning model in one program")
        {
            UpCommand.Create(),
            InitCommand.Create(),
            StageCommands.Add(),
            StageCommands.Remove(),
            StageCommands.Move(),
            StatusCommand.Create(),
            CommitCommand.Create(),
            HistoryCommands.Log(),
            HistoryCommands.Show(),
            DiffCommand.Diff(),
            RefCommands.Branch(),
            SwitchCommands.Switch(),
            MergeCommands.Merge(),
            MergeCommands.Revert(),
            MergeCommands.CherryPick(),
            RefCommands.Tag(),
            StashCommand.Create(),
            ImportCommand.Create(),
            RemoteCommands.Clone(),
            RemoteCommands.Remotes(),
            RemoteCommands.Fetch(),
            RemoteCommands.Pull(),
            RemoteCommands.Push(),
            CareCommands.Collect(),
            RepackCommand.Create(),
            CareCommands.Check(),
            CareCommands.Usage(),
            SwitchCommands.Restore(),
            CatalogueCommand.Create(),
            ScanCommand.Create(),
            SignCommand.Create(),
            VerifyCommand.Create(),
            KeysCommand.Create(),
            ExperimentsCommand.Create(),
            RunsCommand.Create(),
            MetricsCommand.Create(),
            LoggedModelsCommand.Create(),
            ModelsCommand.Create(),
            RequestsCommand.Create(),
            AsOfCommand.Create(),
            DeploymentsCommand.Create(),
            EvaluateCommand.Create(),
            HooksCommand.Create(),
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
