#pragma once

#include <string>
#include <vector>

#include "yoso/data/glue/tasks.h"

namespace yoso::data::glue {

/// One line of a file of predictions.
struct Prediction {
  int64_t index = 0;
  std::string text;  // a label, or a number
};

/// `index TAB prediction` under a header, lines ended by LF: the form of GLUE's submissions.
std::string predictions_text(const std::vector<Prediction>& predictions);

/// A number as submissions have it: three decimals, within 0 and 5.
std::string score_text(double score);

/// The predictions in a file. DataError names file and line: a wrong header or number of fields,
/// CR LF, an index that is missing, repeated or out of order (they count from 0), a value that the
/// task does not predict.
std::vector<Prediction> read_predictions(const GlueTask& task, const std::string& path);

/// Checks a file of a submission as read_predictions does, and its number of examples. Returns its
/// content. DataError.
std::string read_submission_file(const SubmissionFile& file, const std::string& path);

/// A file of a submission with the same prediction for every example.
std::string constant_predictions(const SubmissionFile& file);

/// Writes a zip of files by name, in order, whole or not at all. The same files give the same
/// bytes. SystemError.
void write_zip(const std::string& path,
               const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace yoso::data::glue
