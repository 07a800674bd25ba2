using Weighhouse.Build;

return await Targets.RunAsync(args);
