#include "gradcut/objectness/objectness_options.h"

namespace gradcut {

void Describe(ObjectnessOptions& o, OptionList& list) {
  list.Integer("learn.nets", o.nets, 1, 16,
               "nets that are averaged; each learns from another share of the photos");
  list.Integer("learn.hidden", o.hidden, 0, 1024,
               "channels of the hidden layer; 0: a linear model");
  list.Boolean("learn.context", o.context, "each cell knows the mean over the photo");
  list.Boolean("learn.filter", o.filter, "a 3x3 filter over the hidden layer");
  list.Number("learn.overlap", o.overlap, 0, 100, "weight of the soft IoU in the loss");
  list.Number("learn.dropout", o.dropout, 0, 0.9, "probability of a channel to be hidden");
  list.Integer("learn.epochs", o.epochs, 1, 1000, "times that each photo is seen");
  list.Number("learn.rate", o.rate, 1e-6, 1, "highest step of the one-cycle schedule");
  list.Number("learn.decay", o.decay, 0, 1, "decay of the weights");
  list.Number("learn.confident", o.confident, 0.01, 1,
              "share of the photos that teach: those with the best masks");
  list.Number("learn.share", o.share, 0.01, 0.99,
              "the head's mean probability over all cells of the photos");
}

}  // namespace gradcut
