using System.CommandLine;
using DriverSdk.PlantedDefects;

var root = new Option<string>("--root") { Description = "The repository; otherwise the one above the current folder.", DefaultValueFactory = _ => RepositoryRoot.AboveCurrentFolder() };
var only = new Option<string>("--only") { Description = "Plant only the defects whose name contains this text; no record is written.", DefaultValueFactory = _ => "" };
var limit = new Option<int>("--time-limit") { Description = "Seconds after which a test counts as hanging.", DefaultValueFactory = _ => 120 };
var tree = new Option<string>("--tree") { Description = "A folder for the copied tree and what is built in it, kept for the next run; otherwise a new one that goes at the end.", DefaultValueFactory = _ => "" };
var minutes = new Option<int>("--minutes") { Description = "Minutes after which no further defect is planted; the record says how many were.", DefaultValueFactory = _ => 600 };
var list = new Option<bool>("--list") { Description = "Print the defects and plant none." };

var command = new RootCommand("Plants known mistakes one by one in a copy of the tree; each must make its named test fail.") { root, only, limit, tree, minutes, list };
command.SetAction(options =>
{
    var defects = PlantedDefectList.All.Where(defect => defect.Name.Contains(options.GetValue(only)!, StringComparison.OrdinalIgnoreCase)).ToList();
    return options.GetValue(list)
        ? CampaignConsole.Print(defects)
        : CampaignConsole.Run(new CampaignOptions(options.GetValue(root)!, options.GetValue(tree)!, TimeSpan.FromSeconds(options.GetValue(limit)), TimeSpan.FromMinutes(options.GetValue(minutes))), defects);
});
return command.Parse(args).Invoke();
