using System.CommandLine;
using DriverSdk.PlantedDefects;

var root = new Option<string>("--root") { Description = "The repository; otherwise the one above the current folder.", DefaultValueFactory = _ => RepositoryRoot.AboveCurrentFolder() };
var only = new Option<string>("--only") { Description = "Plant only the defects whose name contains this text; no record is written.", DefaultValueFactory = _ => "" };
var limit = new Option<int>("--time-limit") { Description = "Seconds after which a test counts as hanging.", DefaultValueFactory = _ => 120 };
var list = new Option<bool>("--list") { Description = "Print the defects and plant none." };

var command = new RootCommand("Plants known mistakes one by one in a copy of the tree; each must make its named test fail.") { root, only, limit, list };
command.SetAction(options =>
{
    var defects = PlantedDefectList.All.Where(defect => defect.Name.Contains(options.GetValue(only)!, StringComparison.OrdinalIgnoreCase)).ToList();
    return options.GetValue(list)
        ? CampaignConsole.Print(defects)
        : CampaignConsole.Run(options.GetValue(root)!, defects, TimeSpan.FromSeconds(options.GetValue(limit)));
});
return command.Parse(args).Invoke();
